"""Many workers on one PostgreSQL: ticks hand out work through procrastinate.

The plan stays in our rows, claimed by leases. The queue only says whose turn it is, so its
loss loses nothing, and a fault of it makes each worker do what it did without a fleet.
"""
