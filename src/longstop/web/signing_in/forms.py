"""The form for signing in."""

from django import forms


class SignInForm(forms.Form):
    """Staff number and password."""

    staff_number = forms.CharField(label="Staff number", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(label="Password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}))
