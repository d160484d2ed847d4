@routines 'p'
