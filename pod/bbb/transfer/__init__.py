"""How files come from a BigBlueButton host: one conversation, and one file at a time brought whole.

`client` asks, and is not led to hosts that nobody allowed; `resume` goes on after a
cut, tries again and checks. What is wanted of a recording is decided by others
(playback/fetch.py, video_format.py).
"""
