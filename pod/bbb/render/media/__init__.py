"""Everything that goes through FFmpeg: recorded pictures and sound in, packets and the finished file out."""
