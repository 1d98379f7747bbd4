"""Measurements of the product as its users meet it, beside the same work by bare SQL. Ratios hold; seconds don't."""
