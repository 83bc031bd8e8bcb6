"""Nothing private goes in unseen, and nothing copied comes out."""
