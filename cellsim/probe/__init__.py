"""Six poses and what the pendant reads there: conventions confirmed, or contradicted."""
