# Watching over the region: the pages of the centre
region-no-consent = This needs the consent of the facility.
