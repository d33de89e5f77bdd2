"""The words that cross a wall: envelope, events, commands, directory records; imports nothing of ours."""
