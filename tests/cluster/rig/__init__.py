"""What a cluster is made of, as real programs on this machine: PostgreSQL with a standby, Redis, HAProxy, nodes, and the faults between them."""
