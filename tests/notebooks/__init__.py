"""The notebooks: kept without outputs, and true when they are run."""
