"""What is written of a run at one step, and what of it stays in memory."""
