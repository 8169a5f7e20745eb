"""What a page must know before it draws: the vocabulary, the district, the counts, and where a name is."""
