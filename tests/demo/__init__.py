"""`make demo`: a whole migration, on a BigBlueButton server and a Moodle that the project brings itself."""
