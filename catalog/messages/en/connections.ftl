
### connections
