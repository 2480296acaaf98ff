"""What Stagecoach knows about selling: frozen objects and pure functions, standard library only."""
