
### vendor-form
