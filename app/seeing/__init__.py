"""Whether the office runs, for whoever watches over it: readiness, figures, alerts, a ping."""
