"""Field visits: who goes where and when, who should, and moving a visit to somebody else."""
