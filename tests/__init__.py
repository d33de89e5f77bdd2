"""The promises, each with a test that tries to break it."""
