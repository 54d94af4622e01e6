"""How the pages and the interface are served: processes, TLS, logs, counts, and those who stall."""
