"""placeholder"""
Change=repair=None
