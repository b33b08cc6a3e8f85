"""Finding statements for a situation: embeddings, Chroma, and the fusion of meaning, wording and situation matches."""
