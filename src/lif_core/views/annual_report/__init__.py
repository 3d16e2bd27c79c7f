"""What a board's annual report is written from."""
