"""The Faust app: consumer override, guard, dispatcher, and one short module a flow."""
