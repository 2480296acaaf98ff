"""How fast Stagecoach answers, beside an empty command of a default Bolt app: `python -m benchmarks`, or `make bench`.

Everything happens on this machine's loopback. Three processes are started and ended again for it: a stand-in for
Slack (`slack`), the default Bolt app under gunicorn (`default_app`), and the bot itself as `stagecoach run`. The load
comes from this process (`client`).

Part `answers` is the above. Part `planning` (see there) is what the clock notices in a million deals, beside the same
reminders made by statements written by hand. Part `sending` is the sender beside procrastinate (`procrastination`),
part `lateness` how late agendas are that are due at once; both let a `crew` of workers loose on one PostgreSQL.
`python -m benchmarks --only planning` measures one part alone.
"""
