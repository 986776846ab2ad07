"""What is said and done while a model trains, beside recording it."""
