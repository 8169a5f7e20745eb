"""The guard against quiet downgrades: what would lower a published 重大 or 较大 needs a second organisation."""
