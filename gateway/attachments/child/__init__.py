"""What runs in the child process: the files themselves are opened here, and nowhere else."""
