"""The picture of the video: where content, webcams, screen share and chat stand, and how they get there."""
