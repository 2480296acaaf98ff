"""What people see: pure functions from domain objects to Block Kit, without a query and without a clock."""
