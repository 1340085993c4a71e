
### forms
