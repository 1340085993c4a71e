
### exchange
