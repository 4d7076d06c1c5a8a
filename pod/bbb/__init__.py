"""The BigBlueButton library: its API, its published recordings, and how they become videos."""

import os

# numpy's algebra starts a thread for each processor as it loads, and they wait actively: 0.1 s of processor
# time in every process of a conversion. No matrix here is worth a second thread. Child processes inherit it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
