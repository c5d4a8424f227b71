"""What a team has already → draft fixtures, one file per kind of source; a draft runs once a person has ended it."""
