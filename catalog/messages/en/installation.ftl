# Settings of the installation
installation-title = Settings of the installation
nav-installation = Settings
installation-touches = How long touches of decoys are kept
installation-touches-why = Months that are older go as a whole, in the daily upkeep. How many touches went stands in the log of the installation. What cases say of them stays.
installation-months = Months to keep, beside the running one
installation-months-hint = 3 to 120. Usually 24: the same month of the year before is still there to compare, and the search for how somebody came in has its time.
installation-months-unit = months
installation-first = As it is set, touches from before { $month } go.
installation-save = Save
log-touches-keep = Changed how long touches of decoys are kept
log-touches-letting-go = Began to let old touches of decoys go
log-touches-let-go = Let old touches of decoys go
