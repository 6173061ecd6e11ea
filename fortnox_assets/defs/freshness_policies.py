"""How old what is stored may be before the web interface warns, and before it calls it late.

Fitted to the schedules: dated tables are copied every hour, registers and reports at least daily. A partitioned asset
is as fresh as the partition that was copied last.
"""

from datetime import timedelta

import dagster as dg

DATED = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=26), warn_window=timedelta(hours=6))
REGISTERS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26))
REPORTS = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=50), warn_window=timedelta(hours=26))
