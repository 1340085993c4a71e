
### responsibility
