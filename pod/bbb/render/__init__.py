"""A recording that was read, as a video: what is shown when, painted, encoded, handed over.

`production` makes a video. It stands on, from the top down; none of them imports from one above it:

* `work`: one recording encoded by several processes, segment by segment
* `composing`: content, webcams, screen share and chat put into one picture
* `beside`: what goes with a video: captions, chapters, thumbnails, posters, and single stills
* `painting`: slide, drawings and pointer of one instant
* `timing`: which instants there are, and what is seen at each
* `images`: the slides' files, decoded in bounds
* `tldraw`: tldraw's shapes as drawing operations
* `text`: fonts, lines and letters
* `media`: everything that goes through FFmpeg: recorded pictures and sound in, packets and the file out
* `canvas` (ThorVG) and `process` (what a process may take of time and memory)
"""
