"""What the end-to-end tests stand on: processes, servers to ask and to be asked, and what they have seen."""
