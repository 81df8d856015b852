"""The Faust app of a worker: consumer, guard and dispatcher, and a handler per topic."""
