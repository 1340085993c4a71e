
### vendors
