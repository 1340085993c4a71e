
### backups
