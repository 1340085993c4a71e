### ledger

ledger-title = Device ledger
ledger-table = List of devices
ledger-new = Add a device
ledger-new-lead = Save what you know. Give at least a name, a number or a serial number.
ledger-new-button = Add to the ledger
ledger-new-first = Add the first device
ledger-import = Import a list
ledger-import-first = Import the list from your spreadsheet
ledger-export-csv = Save as CSV
ledger-export-xlsx = Save as Excel
ledger-back = Back to the list
ledger-save = Save
ledger-empty-title = No device yet
ledger-empty = Import the list of devices you have (a spreadsheet), or add one server. The checklist's items about the ledger are answered from here.
ledger-search = Search
ledger-search-button = Search
ledger-system = System
ledger-system-any = All
ledger-per-page = Rows per page
ledger-size = { $count }
ledger-filters = Filters
ledger-retired = Taken out of the ledger
ledger-clear = Clear the filters
ledger-none-found = No device matches.
ledger-shown = { $from } to { $to } of { $total } devices
ledger-pages = Pages
ledger-previous = Previous page
ledger-next = Next page
ledger-tick = Choose
ledger-tick-row = Choose { $name }
ledger-several = Change the chosen devices together
ledger-several-hint = Tick devices in the list above, choose what to change and write the new value. An empty value means "not known".
ledger-several-which = What to change
ledger-several-value = New value
ledger-several-button = Change them all
ledger-several-retire = Take out of the ledger
ledger-several-restore = Put the chosen devices back
ledger-several-none = No device is ticked. Tick the boxes on the left of the list.
ledger-several-column = Choose what to change.
ledger-several-conflict = Somebody else changed one of the chosen devices first. The list shows what stands now; check it and choose again. Nothing was changed.
ledger-several-refused = Not changed
ledger-choose = Choose
ledger-columns = Columns shown
ledger-columns-which = Columns of the list (the name is always shown)
ledger-columns-button = Show these
ledger-done-edit = { $count ->
    [one] 1 device was changed.
   *[other] { $count } devices were changed.
  }
ledger-done-create = { $count ->
    [one] 1 device was added.
   *[other] { $count } devices were added.
  }
ledger-done-retire = { $count ->
    [one] 1 device was taken out of the ledger.
   *[other] { $count } devices were taken out of the ledger.
  }
ledger-done-restore = { $count ->
    [one] 1 device was put back.
   *[other] { $count } devices were put back.
  }
ledger-done-import = { $count ->
    [one] The import changed 1 device.
   *[other] The import changed { $count } devices.
  }
ledger-done-undo = { $count ->
    [one] 1 device is as it was before.
   *[other] { $count } devices are as they were before.
  }
ledger-undo = Undo
ledger-redo = Redo
ledger-undone-already = This change has been undone already.
ledger-undo-conflict = A device of this change was changed again since. Undoing would lose that, so nothing was undone. Look at the device's history and put right what is needed.
ledger-undo-number-taken = Another device has the same number, so this was not done. Change the number first.
ledger-nothing-changed = Nothing differs from before. Nothing was changed.
ledger-too-many-rows = At most 1,000 devices can be changed at once. Use the import for more.
ledger-conflict-by = { $name } changed it at { $time }.
ledger-conflict-gone = Somebody else took this device out of the ledger.
ledger-conflict-form = What you typed is kept below. If you save it now, it replaces what they wrote. They changed:
ledger-is-retired = A device out of the ledger cannot be changed. Put it back first.
ledger-retired-since = Taken out of the ledger at { $time }.
ledger-retire = Take out of the ledger
ledger-retire-hint = When it is disposed of or returned. The record stays and can be put back at any time.
ledger-restore = Put back into the ledger
ledger-changed = Last changed by { $name } ({ $time })
ledger-marks = To be looked into
ledger-group-what = What it is
ledger-group-device = Product and version
ledger-group-network = Connections
ledger-group-recovery = When it is down
ledger-hint-date = For example 2026-11-21
ledger-hint-importance = Ranked by harm to patients while it is down; 1 is the worst
ledger-hint-order = In which order it is restarted; 1 is first
ledger-hint-ip = Several are separated by spaces
ledger-hint-number = An asset number; no two devices have the same
ledger-hint-no-system = There is no list of systems yet
ledger-hint-no-vendor = There is no list of vendors yet
ledger-none = None
ledger-unknown = Not known
ledger-out-of-use = (an entry out of use)
ledger-yes = Yes
ledger-no = No
ledger-files = Photos and documents
ledger-files-empty = None yet. A photo or the warranty helps whoever looks for the device.
ledger-file-add = Choose files
ledger-file-hint = Up to 20 MB each
ledger-file-add-button = Attach
ledger-file-remove = Delete
ledger-file-remove-hint = A deleted file cannot be brought back.
ledger-file-remove-really = Really delete
ledger-too-many-files = A device has at most 50 photos and documents.
ledger-history = History
ledger-why-create = Added
ledger-why-edit = Changed
ledger-why-retire = Taken out of the ledger
ledger-why-restore = Put back
ledger-why-undo = Undone
ledger-why-import = Changed by an import
ledger-why-import-new = Added by an import
ledger-paste-title = What will be pasted
ledger-paste-preview = Devices that change: { $changed }. New devices: { $created }.
ledger-paste-apply = Paste this
ledger-paste-cancel = Cancel
ledger-paste-new = New device
ledger-paste-empty = Pasting this would change nothing.
ledger-js-saving = Saving…
ledger-js-failed = Not saved. Check the connection and press Enter again; what you typed is kept.
ledger-js-signed-out = You need to sign in again. Sign in in another tab, then press Enter again.
ledger-js-nothing-to-undo = Nothing was changed since this page was opened.
ledger-js-read-only = This column cannot be changed.
ledger-js-help = Move with the arrow keys, edit with Enter, leave with Escape. Choose several rows with Shift and the arrows: what you type changes all of them. Ctrl+Z undoes. You can paste from a spreadsheet.
ledger-js-empty = (empty)
ledger-js-take-mine = Press Enter again to write what you typed, or Escape to keep what stands.
ledger-js-selected = { $count } devices chosen
log-asset-change = changed the device ledger
log-asset-undo = undid a change of the device ledger
log-ledger-export = exported the device ledger
