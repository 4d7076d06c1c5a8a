"""What goes with a video: captions, chapters, thumbnails, the sidecar with its poster; and single stills."""
