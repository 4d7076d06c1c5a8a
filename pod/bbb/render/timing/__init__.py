"""Which instants of a recording are shown and encoded, and what is seen at each."""
