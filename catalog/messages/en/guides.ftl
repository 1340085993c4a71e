
### guides
