"""The picture files of a recording: decoded, drawn and scaled within bounded time and memory."""
