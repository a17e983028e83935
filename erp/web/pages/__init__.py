"""The pages, one file a subject. Each reads by the readers of the API and gives what it read to its template."""
