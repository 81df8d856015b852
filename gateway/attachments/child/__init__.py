"""The child process: files are opened here and nowhere else."""
