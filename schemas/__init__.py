"""The words that cross a wall: envelope, events, commands, records; imports nothing of ours."""
