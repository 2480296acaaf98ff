"""What Stagecoach remembers: one noun a file, tables beside their queries. Rows stay inside, domain objects leave."""
