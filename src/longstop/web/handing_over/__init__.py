"""The screens on which cases change hands by offer and acceptance, and successors sign for what they read."""
