"""Reading and telling the ERP over its API from a shell: what a clerk, a supplier or an auditor types."""
