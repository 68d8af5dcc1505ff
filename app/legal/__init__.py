"""What the law asks of an office that keeps data of people: its register, its notice, their rights."""
