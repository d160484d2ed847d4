@routines 'f','w'
